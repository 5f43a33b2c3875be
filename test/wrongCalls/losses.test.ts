import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './losses';

testWrongCalls('losses', calls);
