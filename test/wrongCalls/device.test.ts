import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './device';

testWrongCalls('device', calls);
