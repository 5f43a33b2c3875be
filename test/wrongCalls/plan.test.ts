import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './plan';

testWrongCalls('plan', calls);
