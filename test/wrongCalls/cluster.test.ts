import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './cluster';

testWrongCalls('cluster', calls);
