import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './tensor';

testWrongCalls('tensor', calls);
