import { storm } from '../storm.js';

export const scenario = storm({ clients: 1000, byDefault: 6 });
