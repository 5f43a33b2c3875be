import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './nn';

testWrongCalls('nn', calls);
