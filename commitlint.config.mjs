/** Conventional commits. The body says why, in lines that a terminal shows whole. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'body-max-line-length': [2, 'always', 100],
    // Subjects name types and endpoints, which begin with a capital.
    'subject-case': [0],
  },
};
