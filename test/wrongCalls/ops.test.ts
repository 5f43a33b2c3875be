import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './ops';

testWrongCalls('ops', calls);
