import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './optim';

testWrongCalls('optim', calls);
