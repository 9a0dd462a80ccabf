import type { JobHandler } from './features/jobs/handler';

/** Every kind of background job. A feature adds its own here. */
export const jobHandlers = (): readonly JobHandler[] => [];
