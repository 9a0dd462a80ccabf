import { useGraphiQL } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './style.css';
import { Live } from './live';
import { FREE, freeFrom, SAMPLES, tabsFor } from './tabs';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/playground/${WORKERS[label] ?? 'editor.worker.js'}`),
};

/**
 * Reads the key from the URL fragment, which is never sent, and removes it from the address bar.
 */
function keyFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) {
    sessionStorage.setItem('slotgraph:key', key);
    history.replaceState(null, '', location.pathname);
  }
  return key ?? sessionStorage.getItem('slotgraph:key');
}

const key = keyFromAddress();
/** Default headers of each request; the headers of a tab override them. Tabs store no key. */
const headers = key ? { Authorization: `Bearer ${key}` } : {};

/** WebSocket clients by headers, which are sent in `connection_init`. */
const clients = new Map();
function clientFor(connectionParams) {
  const name = JSON.stringify(connectionParams);
  if (!clients.has(name)) {
    clients.set(
      name,
      createClient({
        url: `${location.origin.replace('http', 'ws')}/graphql`,
        connectionParams,
        lazy: true,
        retryAttempts: Infinity,
      }),
    );
  }
  return clients.get(name);
}

const http = createGraphiQLFetcher({ url: '/graphql', enableIncrementalDelivery: false, headers });

function tryParse(query) {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

/** Storage key of the last booked appointment, until the Cancel tab uses it. */
const BOOKED = 'slotgraph:booked';

function storeBooking(result) {
  const id = result?.data?.createAppointment?.appointment?.id;
  if (id) sessionStorage.setItem(BOOKED, id);
}

/**
 * Sends a request. Chooses the operation from the sent document, because the editor may still hold
 * the one of the previous tab.
 */
function fetcher({ operationName, ...request }, options) {
  const documentAST = tryParse(request.query);
  // Sends an invalid document, so that the gateway returns the error.
  if (!documentAST) return http(request, options);
  const operations = documentAST.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const own = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  const wsClient = clientFor({ ...headers, ...options?.headers });
  const send = createGraphiQLFetcher({
    url: '/graphql',
    enableIncrementalDelivery: false,
    headers,
    wsClient,
  });
  const answer = send({ ...request, operationName: own?.name?.value }, { ...options, documentAST });
  if (own?.operation !== 'mutation') return answer;
  return Promise.resolve(answer).then((result) => {
    storeBooking(result);
    return result;
  });
}

/** Fills the Cancel tab with the last booked appointment when the tab is opened. */
function FillCancelTab() {
  const tabs = useGraphiQL((state) => state.tabs);
  const index = useGraphiQL((state) => state.activeTabIndex);
  const editor = useGraphiQL((state) => state.variableEditor);
  useEffect(() => {
    const id = sessionStorage.getItem(BOOKED);
    if (!id || !editor || !tabs[index]?.query?.includes('mutation Cancel(')) return undefined;
    const timer = setTimeout(() => {
      editor.setValue(JSON.stringify({ id }, null, 2));
      sessionStorage.removeItem(BOOKED);
    });
    return () => clearTimeout(timer);
  }, [index, editor]);
  return null;
}

/** Reads one row of each type for the variables of the prepared tabs. */
async function samples() {
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const defaults = {
    locationId: 'Location:1',
    reasonId: 'Reason:1',
    staffId: 'Staff:1',
    clientId: 'Client:1',
    appointmentId: 'Appointment:1',
    start: `${tomorrow}T09:00:00Z`,
  };
  if (!key) return defaults;
  try {
    const { data } = await http({ query: SAMPLES }, {});
    const [person] = data?.staff?.nodes ?? [];
    const samples = {
      ...defaults,
      staffId: person?.id ?? defaults.staffId,
      locationId: person?.locations[0]?.id ?? defaults.locationId,
      reasonId: data?.reasons?.nodes[0]?.id ?? defaults.reasonId,
      clientId: data?.clients?.nodes[0]?.id ?? defaults.clientId,
      appointmentId: data?.appointments?.nodes[0]?.id ?? defaults.appointmentId,
    };
    const free = (await http({ query: FREE, variables: freeFrom(samples, tomorrow) }, {})).data
      ?.availability?.firstAvailable;
    return free ? { ...samples, start: free.start, staffId: free.offers[0].staff.id } : samples;
  } catch {
    return defaults;
  }
}

function useKey(event) {
  event.preventDefault();
  const entered = new FormData(event.currentTarget).get('key').trim();
  if (entered) sessionStorage.setItem('slotgraph:key', entered);
  else sessionStorage.removeItem('slotgraph:key');
  location.reload();
}

const LIVE = 'slotgraph:live';

function Explorer({ tabs }) {
  const [isLive, setLive] = useState(sessionStorage.getItem(LIVE) === '1' && Boolean(key));
  const toggle = () => {
    sessionStorage.setItem(LIVE, isLive ? '0' : '1');
    setLive(!isLive);
  };
  const [first] = tabs;
  return (
    <>
      <form className="key-bar" onSubmit={useKey}>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          defaultValue={key ?? ''}
          placeholder="Paste a key: sg_sk_…"
        />
        <button type="submit">Use it</button>
        {key && (
          <a href={`/#key=${key}`} target="_blank" rel="opener noreferrer">
            New tab
          </a>
        )}
        {key && (
          <button type="button" id="live" aria-pressed={isLive} onClick={toggle}>
            Live events
          </button>
        )}
      </form>
      {!key && (
        <p className="key-hint" role="status">
          Without a key only the schema can be read. npm start prints a key, npm run create-key
          creates one.
        </p>
      )}
      <div className="explorer">
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={tabs}
          initialVariables={first.variables}
          shouldPersistHeaders={false}
          storage={sessionStorage}
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>Slotgraph</GraphiQL.Logo>
          <GraphiQL.Footer>
            <FillCancelTab />
          </GraphiQL.Footer>
        </GraphiQL>
      </div>
      {isLive && <Live client={clientFor(headers)} />}
    </>
  );
}

// Earlier builds stored the history, including keys, in localStorage.
for (const name of Object.keys(localStorage))
  if (name.startsWith('graphiql:')) localStorage.removeItem(name);
// Tabs refer to rows of the business of their key, so another key resets them.
if (sessionStorage.getItem('slotgraph:tabs-of') !== String(key)) {
  sessionStorage.removeItem('graphiql:tabState');
  sessionStorage.removeItem(BOOKED);
}
sessionStorage.setItem('slotgraph:tabs-of', String(key));

samples().then((defaults) => {
  createRoot(document.getElementById('app')).render(
    <Explorer tabs={tabsFor(defaults).map(({ query, variables }) => ({ query, variables }))} />,
  );
});
