import { testWrongCalls } from '../support/wrongCalls';
import { calls } from './graphCut';

testWrongCalls('graphCut', calls);
