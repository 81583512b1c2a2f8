// Runs theme-check over a theme and prints how many files it read and how much it found.
// Usage: node theme_check.cjs FOLDER, with @shopify/theme-check-node in NODE_PATH.
const { themeCheckRun } = require("@shopify/theme-check-node");

themeCheckRun(process.argv[2]).then(
  ({ theme, offenses }) => console.log(`${theme.length} files, ${offenses.length} offenses`),
  (error) => {
    console.error(error);
    process.exit(2);
  },
);
