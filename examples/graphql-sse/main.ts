// graphql-sse in both modes: a request for each operation (distinct connections), and one stream for
// all of them (single connection), which suits browsers over HTTP/1.1 with their six connections.
import { createClient } from 'graphql-sse';
import { FrontDesk } from '../shared/front-desk';
import { GATEWAY_URL, HEADERS } from '../shared/gateway';
import { runLiveList } from '../shared/live-list';
import { Screen } from '../shared/screen';
import { main } from '../shared/story';

const URL = `${GATEWAY_URL}/graphql/stream`;

main(async () => {
  const distinct = await FrontDesk.open('graphql-sse');
  await runLiveList(distinct, new Screen('graphql-sse'), () =>
    createClient({ url: URL, headers: HEADERS }),
  );
  const single = await FrontDesk.open('graphql-sse-single');
  await runLiveList(single, new Screen('graphql-sse, single connection'), () =>
    createClient({ url: URL, headers: HEADERS, singleConnection: true }),
  );
});
