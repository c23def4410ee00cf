import js from "@eslint/js";
import globals from "globals";

const strict = {
  "no-unused-vars": "error", "no-undef": "error", "no-var": "error", "prefer-const": "error",
  eqeqeq: "error", "no-implicit-globals": "error", "no-console": "error", "no-eval": "error",
};

export default [
  js.configs.recommended,
  { languageOptions: { ecmaVersion: 2023, globals: globals.browser }, rules: strict,
    linterOptions: { reportUnusedDisableDirectives: "error" } },
  { files: ["**/worker.js"], languageOptions: { sourceType: "script",
    globals: { ...globals.serviceworker, VERSION: "readonly", FILES: "readonly" } },
    rules: { "no-implicit-globals": "off" } }, // a worker's top level is its own
];
