import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './scenes';

testWrongCalls('scenes', calls);
