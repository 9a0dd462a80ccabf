import { runBatch } from '../support/run/batch';

runBatch(__filename);
