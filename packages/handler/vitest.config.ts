import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'handler',
    include: ['test/**/*.test.ts'],
  },
});
