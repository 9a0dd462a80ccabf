import type { JobHandler } from './features/jobs/handler';
import { sendMessages, type SendingServices } from './features/messages/message.send';

/** What handlers are made with. */
export type JobServices = SendingServices;

/** Every kind of background job. A feature adds its own here. */
export const jobHandlers = ({ carriers, contextOf }: JobServices): readonly JobHandler[] => [sendMessages({ carriers, contextOf })];
