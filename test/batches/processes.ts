import { runProcessSuites } from '../support/run/batch';

// These suites load the machine, so they run in sequence. They take longest; Jest starts the
// largest file first, which this comment makes this one.
runProcessSuites();
