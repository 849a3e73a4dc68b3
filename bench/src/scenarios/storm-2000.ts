import { storm } from '../storm.js';

export const scenario = storm({ clients: 2000 });
