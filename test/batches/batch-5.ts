import { runBatch } from '../support/batch';

runBatch(__filename);
