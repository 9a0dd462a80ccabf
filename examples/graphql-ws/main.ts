// graphql-ws: queries, mutations and a subscription over one socket, resumed by its cursor.
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { FrontDesk } from '../shared/front-desk';
import { HEADERS, WEBSOCKET_URL } from '../shared/gateway';
import { runLiveList } from '../shared/live-list';
import { Screen } from '../shared/screen';
import { main } from '../shared/story';

main(async () => {
  const desk = await FrontDesk.open('graphql-ws');
  await runLiveList(desk, new Screen('graphql-ws'), () =>
    createClient({ url: WEBSOCKET_URL, webSocketImpl: WebSocket, connectionParams: HEADERS }),
  );
});
