/** Words of a test that configuration can name: of its file, suite and title, in any spelling. */
export function tagOf(tests: readonly { id: string; title: string; file?: string | undefined }[], tags: readonly string[]): string | undefined {
  const texts = tests.map(({ id, title, file }) => ` ${tagWords(`${file ?? ''} ${id} ${title}`).join(' ')} `);
  return tags.find((tag) => {
    const wanted = ` ${tagWords(tag).join(' ')} `;
    return wanted.trim() !== '' && texts.some((text) => text.includes(wanted));
  });
}

/** `OrderEvents.test_websocket` is order, events, test, websocket. */
export function tagWords(text: string): string[] {
  return text.replace(/([\p{Ll}\p{N}])(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$& ').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
