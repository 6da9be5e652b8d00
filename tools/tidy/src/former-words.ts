/**
 * Words that the glossary replaced, those of them that mean nothing else: each was an identifier of
 * this code base and none may come back as one. CONTRIBUTING.md has the words in use.
 */
const words = [
  // concurrency and application
  ...['booksOf', 'OpenBooks', 'LedgerTransaction', 'StaleLedger', 'AlreadyRecorded', 'guardedBy'],
  ...['standInLine', 'turnAway', 'inLine'],
  // adapters and strategies
  ...['transactJoined', 'untilCommit', 'ReleaseNews', 'Listening', 'Caveats'],
  ...['numbersInOrder', 'LeasedBooks', 'Baton', 'triersMax', 'lookAround', 'tellAgain'],
  ...['OutsideEngine', 'OutsideSection', 'OutsideResources', 'loadOutside', 'isFromOutside'],
  // apps
  ...['answerText', 'answerProblem', 'letIn', 'QUIET_TURNS', 'LabFault', 'Doings', 'RaceRoom'],
  ...['RoomBusy', 'Contender', 'Expedition', 'useAsked', 'runHeat', 'entrantsOf'],
  // conformance, interleavings and checker
  ...['tooModest', 'enrol', 'deskOf', 'buyOut', 'befall', 'walkOf', 'Turnstile', 'foundStuck'],
  ...['Misjudged', 'Casebook'],
  // services
  ...['dropOldWishes', 'ExpendableRedis', 'expendableRedis'],
];

/** Matches one of them as a whole identifier. */
export const formerWords = new RegExp(`(?<![\\w$-])(?:${words.join('|')})(?![\\w$-])`);
