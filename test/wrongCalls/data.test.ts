import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './data';

testWrongCalls('data', calls);
