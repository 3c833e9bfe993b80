import { describe, expect, it } from 'vitest';
import { afterPageEnd } from '../../../main/hosts/electron/page-end.ts';

describe('a page whose process is gone', () => {
  it.each(['crashed', 'killed', 'oom', 'abnormal-exit', 'launch-failed', 'memory-eviction', 'of a new kind'])(
    'is loaded again once by itself, and the second time somebody is asked (%s)',
    (reason) => {
      expect(afterPageEnd(reason, null, 1_000)).toBe('reload');
      expect(afterPageEnd(reason, 1_000, 1_001)).toBe('ask');
    },
  );

  it('is loaded again by itself once more when a long time has passed', () => {
    expect(afterPageEnd('crashed', 0, 5 * 60_000)).toBe('ask');
    expect(afterPageEnd('crashed', 0, 5 * 60_000 + 1)).toBe('reload');
  });

  it('is left alone when it ended as it should', () => {
    expect(afterPageEnd('clean-exit', null, 0)).toBe('nothing');
  });
});
