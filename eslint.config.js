import tseslint from 'typescript-eslint';

/*
 * Four rules that need types and that neither the compiler nor the formatter checks. One program over the sources of all
 * projects (tsconfig.lint.json): a third of the time of one program each, and nothing has to be built first.
 */
export default [
  {
    ignores: [
      '**/dist/**',
      '**/generated/**',
      '**/node_modules/**',
      '**/.data/**',
      '**/coverage/**',
      '**/*.{js,mjs,cjs}',
      '**/*.config.ts',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ['tsconfig.lint.json'], tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      // An unawaited promise hides its failure.
      '@typescript-eslint/no-floating-promises': 'error',
      // Express handlers may be async (Express 5 awaits them), event listeners may not.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      // A new member of a union must be handled everywhere.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
];
