import { wellFormed } from './cut-text.js';

/** Text in content and attributes. What XML 1.0 cannot hold at all (section 2.2) is replaced: `printable` has shown what had a meaning. */
export function escapeXml(text: string): string {
  return wellFormed(text)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
