import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './linear';

testWrongCalls('linear', calls);
