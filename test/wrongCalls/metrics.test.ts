import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './metrics';

testWrongCalls('metrics', calls);
