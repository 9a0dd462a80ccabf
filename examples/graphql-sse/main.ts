// graphql-sse in distinct connections mode: each operation is a request of its own.
import { createClient } from 'graphql-sse';
import { FrontDesk } from '../shared/front-desk';
import { GATEWAY_URL, HEADERS } from '../shared/gateway';
import { runLiveList } from '../shared/live-list';
import { Screen } from '../shared/screen';
import { main } from '../shared/story';

main(async () => {
  const desk = await FrontDesk.open('graphql-sse');
  await runLiveList(desk, new Screen('graphql-sse'), () =>
    createClient({ url: `${GATEWAY_URL}/graphql/stream`, headers: HEADERS }),
  );
});
