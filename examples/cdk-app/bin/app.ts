import { App } from 'aws-cdk-lib';
import { createStacks } from '../lib/create-stacks.ts';

createStacks(new App());
