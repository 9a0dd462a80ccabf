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
/** Sent with each request, unless the headers of a tab name another. No tab holds it, so tabs survive a reload. */
const headers = key ? { Authorization: `Bearer ${key}` } : {};

/** A connection for each set of headers: on a WebSocket they go into the first message. */
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

function parsed(query) {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

/** The appointment that was booked last, until the Cancel tab has it. */
const BOOKED = 'slotgraph:booked';

function rememberBooking(result) {
  const id = result?.data?.createAppointment?.appointment?.id;
  if (id) sessionStorage.setItem(BOOKED, id);
}

/** Right after a change of tabs the editor still has the document and the operation of the tab before: what is sent decides. */
function fetcher({ operationName, ...request }, options) {
  const documentAST = parsed(request.query);
  // The gateway says what is wrong with it.
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
    rememberBooking(result);
    return result;
  });
}

/** Puts the appointment that was just booked into the Cancel tab when that is opened. */
function CancelWhatWasBooked() {
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

/** Something of each kind, so that the ready tabs run as they are. */
async function samples() {
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const found = {
    locationId: 'Location:1',
    reasonId: 'Reason:1',
    staffId: 'Staff:1',
    clientId: 'Client:1',
    appointmentId: 'Appointment:1',
    start: `${tomorrow}T09:00:00Z`,
  };
  if (!key) return found;
  try {
    const { data } = await http({ query: SAMPLES }, {});
    const [person] = data?.staff?.nodes ?? [];
    const samples = {
      ...found,
      staffId: person?.id ?? found.staffId,
      locationId: person?.locations[0]?.id ?? found.locationId,
      reasonId: data?.reasons?.nodes[0]?.id ?? found.reasonId,
      clientId: data?.clients?.nodes[0]?.id ?? found.clientId,
      appointmentId: data?.appointments?.nodes[0]?.id ?? found.appointmentId,
    };
    const free = (await http({ query: FREE, variables: freeFrom(samples, tomorrow) }, {})).data
      ?.availability?.firstAvailable;
    return free ? { ...samples, start: free.start, staffId: free.units[0].staff.id } : samples;
  } catch {
    return found;
  }
}

function useKey(event) {
  event.preventDefault();
  const given = new FormData(event.currentTarget).get('key').trim();
  if (given) sessionStorage.setItem('slotgraph:key', given);
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
          Without a key only the schema can be read: npm start prints a key, npm run create-key
          makes one.
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
            <CancelWhatWasBooked />
          </GraphiQL.Footer>
        </GraphiQL>
      </div>
      {isLive && <Live client={clientFor(headers)} />}
    </>
  );
}

// Earlier builds left the history, and with it keys, in localStorage.
for (const name of Object.keys(localStorage))
  if (name.startsWith('graphiql:')) localStorage.removeItem(name);
// Tabs name rows of the business of their key.
if (sessionStorage.getItem('slotgraph:tabs-of') !== String(key)) {
  sessionStorage.removeItem('graphiql:tabState');
  sessionStorage.removeItem(BOOKED);
}
sessionStorage.setItem('slotgraph:tabs-of', String(key));

samples().then((found) => {
  createRoot(document.getElementById('app')).render(
    <Explorer tabs={tabsFor(found).map(({ query, variables }) => ({ query, variables }))} />,
  );
});
