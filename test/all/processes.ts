import { runProcesses } from '../support/together';

// They crowd the machine, and must not meet each other. Jest begins with the largest file, and this is to be it: it takes longest.
runProcesses();
