import type { Settings } from '../../preload/contract/settings.ts';

/**
 * Puts the theme and the contrast on `<html>`, where `styles/tokens.css` reads them. The system's own wish for more
 * contrast always counts. Returns how to stop.
 */
export function followAppearance({ theme, contrast }: Settings['appearance']): () => void {
  const root = document.documentElement;
  const wantsContrast = matchMedia('(prefers-contrast: more)');
  const apply = () => {
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.contrast = contrast === 'high' || wantsContrast.matches ? 'high' : 'normal';
  };
  apply();
  wantsContrast.addEventListener('change', apply);
  return () => wantsContrast.removeEventListener('change', apply);
}
