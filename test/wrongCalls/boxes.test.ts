import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './boxes';

testWrongCalls('boxes', calls);
