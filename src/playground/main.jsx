import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './style.css';
import { FREE, freeFrom, SAMPLES, tabsFor } from './tabs';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/playground/${WORKERS[label] ?? 'editor.worker.js'}`),
};

/** The key comes in the fragment, which is never sent, and does not stay in the address bar. */
function keyFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) {
    sessionStorage.setItem('slotgraph:key', key);
    history.replaceState(null, '', location.pathname);
  }
  return key ?? sessionStorage.getItem('slotgraph:key');
}

const key = keyFromAddress();
const headers = key ? { Authorization: `Bearer ${key}` } : {};

/** A connection for each set of headers: on a WebSocket they go into the first message. */
const clients = new Map();
function clientFor(connectionParams) {
  const name = JSON.stringify(connectionParams);
  if (!clients.has(name)) {
    clients.set(name, createClient({ url: `${location.origin.replace('http', 'ws')}/graphql`, connectionParams, lazy: true, retryAttempts: Infinity }));
  }
  return clients.get(name);
}

const http = createGraphiQLFetcher({ url: '/graphql', enableIncrementalDelivery: false });

function parsed(query) {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

/** Right after a change of tabs the editor still has the document and the operation of the tab before: what is sent decides. */
function fetcher({ operationName, ...request }, options) {
  const documentAST = parsed(request.query);
  // The gateway says what is wrong with it.
  if (!documentAST) return http(request, options);
  const names = documentAST.definitions.filter(({ kind }) => kind === 'OperationDefinition').map(({ name }) => name?.value);
  const own = names.includes(operationName) ? operationName : names[0];
  const send = createGraphiQLFetcher({ url: '/graphql', enableIncrementalDelivery: false, wsClient: clientFor(options?.headers ?? {}) });
  return send({ ...request, operationName: own }, { ...options, documentAST });
}

/** Something of each kind, so that the ready tabs run as they are. */
async function samples() {
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const found = { locationId: 'Location:1', reasonId: 'Reason:1', staffId: 'Staff:1', clientId: 'Client:1', appointmentId: 'Appointment:1', start: `${tomorrow}T09:00:00Z` };
  if (!key) return found;
  try {
    const { data } = await http({ query: SAMPLES }, { headers });
    const [person] = data?.staff?.nodes ?? [];
    const samples = {
      ...found,
      staffId: person?.id ?? found.staffId,
      locationId: person?.locations[0]?.id ?? found.locationId,
      reasonId: data?.reasons?.nodes[0]?.id ?? found.reasonId,
      clientId: data?.clients?.nodes[0]?.id ?? found.clientId,
      appointmentId: data?.appointments?.nodes[0]?.id ?? found.appointmentId,
    };
    const free = (await http({ query: FREE, variables: freeFrom(samples, tomorrow) }, { headers })).data?.availability?.firstAvailable;
    return free ? { ...samples, start: free.start, staffId: free.units[0].staff.id } : samples;
  } catch {
    return found;
  }
}

const shownHeaders = JSON.stringify(key ? headers : { Authorization: 'Bearer <your key>' }, null, 2);
// The history keeps each request with its headers, so with the key: it lives as long as the key does. Earlier builds left it in localStorage.
for (const name of Object.keys(localStorage)) if (name.startsWith('graphiql:')) localStorage.removeItem(name);
// Tabs of an earlier visit hold an earlier key.
sessionStorage.removeItem('graphiql:tabState');

samples().then((found) => {
  const tabs = tabsFor(found).map(({ query, variables }) => ({ query, variables, headers: shownHeaders }));
  const [first] = tabs;
  createRoot(document.getElementById('app')).render(
    <GraphiQL
      fetcher={fetcher} defaultTabs={tabs} defaultHeaders={shownHeaders} initialVariables={first.variables} initialHeaders={shownHeaders}
      shouldPersistHeaders={false} storage={sessionStorage} defaultEditorToolsVisibility="variables"
    >
      <GraphiQL.Logo>Slotgraph</GraphiQL.Logo>
    </GraphiQL>,
  );
});
