import { z } from 'zod';

// The page's policy forbids making code from text. Zod must know before any schema is made, so this
// module is the first import.
z.config({ jitless: true });
