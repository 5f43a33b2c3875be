import { temporaryFolder } from '../support/temporaryFolder';
import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './models';

// Some wrong paths are right ones in the eyes of a file system.
process.chdir(temporaryFolder('detseg-calls-'));
testWrongCalls('models', calls);
