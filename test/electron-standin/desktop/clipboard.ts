import { journal, strict } from '../strict.ts';

export const clipboard = strict('clipboard', {
  writeText(text: string) {
    journal('clipboard', { text });
  },
});
