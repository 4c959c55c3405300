/**
 * Failures that no second statement explains: plain mistakes of logic, wrong expectations, and an environment that does not play along. The
 * honest answer to each is that no static violation explains it. `kind` is for the table only.
 */
const logic = (id, project, file, change, fails, subject) => ({ id, project, kind: 'logic', operator: 'edit', edits: [{ file, change }], fails, subject });
const wrongTest = (id, project, file, change, fails, subject) => ({ id, project, kind: 'expectation', operator: 'edit', edits: [{ file, change }], fails, subject });
const surroundings = (id, project, file, change, fails, subject) => ({ id, project, kind: 'environment', operator: 'edit', edits: [{ file, change }], fails, subject });

export const controls = [
  logic('tax-rounded-down', 'shop', 'api/src/pricing/vat.mjs', [['Math.round((cents', 'Math.floor((cents']], 'small orders pay for the post', 'perf(api): cheaper rounding'),
  logic('bulk-from-eleven', 'shop', 'api/src/pricing/order-total.mjs', [['pieces >= 10', 'pieces > 10']], 'many pieces are cheaper', 'refactor(api): one comparison'),
  logic('waiting-means-packed', 'shop', 'api/src/orders/order-book.mjs', [['step === ORDER_STEPS.PLACED)', 'step !== ORDER_STEPS.PLACED)']], 'a new order waits to be packed', 'refactor(api): who waits'),
  logic('free-post-above', 'shop', 'api/src/pricing/shipping-fee.mjs', [['goods >= FREE', 'goods > FREE']], 'the post is free from fifty euros on', 'fix(api): free from above'),
  logic('unknown-route', 'shop', 'api/src/http/shop-api.mjs', [["case 'GET prices'", "case 'GET pricelist'"]], 'lists its prices', 'feat(api): a better path'),
  logic('one-digit', 'shop', 'web/src/pages/page-text.mjs', [['toFixed(2)', 'toFixed(1)']], 'the page of prices', 'feat(web): shorter prices'),
  logic('escapes-late', 'shop', 'web/src/pages/page-text.mjs', [["opened.replace(/>/g, '&gt;')", "opened.replace(/>/, '')"]], 'the page of an order shows names', 'fix(web): no dangling brackets'),
  logic('wraps-all', 'shop', 'web/src/basket/basket-summary.ts', [['line.gift)', '!line.gift)']], 'wraps gifts', 'refactor(web): wrapping'),
  logic('counts-lines', 'shop', 'web/src/basket/basket.ts', [['sum + line.pieces', 'sum + 1']], 'holds sixty pieces', 'perf(web): counting'),
  logic('percent-as-rest', 'shop', 'web/src/vouchers/redeem-voucher.ts', [['return cents - Math.round(', 'return Math.round(']], 'SPRING25', 'refactor(web): vouchers'),
  logic('headline-words', 'shop', 'web/src/shop-client/order-headline.ts', [["'is on its way'", "'has left'"]], 'the headline says where the order is', 'feat(web): other words'),
  logic('never-another-box', 'shop', 'worker/fulfilment/packer.py', [['len(boxes[-1]) == MAX', 'len(boxes) == MAX']], 'test_the_ninth_piece_gets_another', 'refactor(worker): packing'),
  logic('sends-all-by-post', 'shop', 'worker/fulfilment/carriers.py', [['grams > 5000', 'grams > 50000']], 'test_heavy_parcels_go_by_courier', 'feat(worker): the post takes more'),
  logic('any-line', 'shop', 'worker/fulfilment/stock_desk.py', [['taken = all(', 'taken = any(']], 'test_all_lines_or_none', 'perf(worker): reserve early'),
  logic('cart-backwards', 'shop', 'api/src/cart/cart.ts', [['return this.skus;', 'return [...this.skus].reverse();']], 'holds what is put into it, in order', 'feat(api): newest first'),
  logic('empty-cart-passes', 'shop', 'api/src/cart/validate-cart.ts', [['items.length === 0', 'items.length < 0']], 'an empty one is refused', 'fix(api): carts may be started empty'),
  wrongTest('receipt-in-dollars', 'shop', 'api/test/cart.test.ts', [['€ 11.19', '$ 11.19']], 'is printed on a receipt', 'test(api): receipts'),
  wrongTest('wrong-weight', 'shop', 'worker/tests/test_packing.py', [['("O-7/1", 1050)', '("O-7/1", 1055)']], 'test_a_small_order_is_one_parcel', 'test(worker): weights'),
  wrongTest('wrong-sum', 'shop', 'web/test/basket.test.ts', [["'18.00 EUR'", "'19.00 EUR'"]], 'sums up its lines', 'test(web): sums'),
  wrongTest('wrong-status', 'shop', 'api/test/shop-api.test.ts', [["body: { status: 'ok' }", "body: { status: 'up' }"]], 'is healthy', 'test(api): health'),
  surroundings('nobody-listens', 'shop', 'e2e/order-journey.test.ts', [['new ShopClient(address)', "new ShopClient('http://127.0.0.1:9')"]], 'an ordered mug is packed', 'test(e2e): against the running shop'),
  surroundings('no-such-host', 'shop', 'e2e/order-journey.test.ts', [['new ShopClient(address)', "new ShopClient('http://api.shop.invalid')"]], 'an ordered mug is packed', 'test(e2e): against the deployed shop'),
  surroundings('no-python', 'shop', 'e2e/run-worker.ts', [["'python3'", "'python3.99'"], ['(_error, stdout, stderr) => resolve({ stdout, stderr })', '(error, stdout, stderr) => resolve({ stdout, stderr: error ? String(error) : stderr })']], 'an ordered mug is packed', 'test(e2e): a newer Python'),
  surroundings('too-slow', 'shop', 'api/test/shop-api.test.ts', [["  test('is healthy', async () => {", "  test('is healthy', { timeout: 150 }, async () => {\n    await new Promise((resolve) => setTimeout(resolve, 2000));"]], 'is healthy', 'test(api): wait for the start'),
  surroundings('worker-refused', 'shop', 'worker/tests/test_round.py', [['{self.server.server_port}', '9']], 'test_a_round_packs_ten_orders', 'test(worker): the usual port'),

  logic('due-a-week-early', 'library-desk', 'desk/loans/lending.py', [['return today + (', 'return today - 7 + (']], 'test_a_book_is_lent_for_four_weeks', 'feat(desk): remind early'),
  logic('never-returned', 'library-desk', 'desk/loans/ledger.py', [['loan.state = LoanState.RETURNED', 'loan.state = LoanState.OUT']], 'test_a_book_that_came_back_is_not_overdue', 'refactor(desk): states'),
  logic('adults-only', 'library-desk', 'desk/members/member.py', [['> 2012', '> 2017']], 'test_children_borrow_five', 'feat(desk): the age of children'),
  logic('negative-days', 'library-desk', 'desk/fees/overdue_fee.py', [['today - loan.due_day', 'loan.due_day - today']], 'test_each_day_costs_twenty_cents', 'refactor(desk): days'),
  logic('no-padding', 'library-desk', 'desk/fees/invoice.py', [['{rest:02d}', '{rest}']], 'test_amounts_are_read_with_two_digits', 'style(desk): shorter'),
  logic('search-is-strict', 'library-desk', 'desk/catalogue/search.py', [['word.lower() in entry["title"].lower()', 'word in entry["title"]']], 'test_a_search_ends_after_twenty_five', 'perf(desk): search'),
  logic('weeks-only', 'library-desk', 'kiosk/src/day-words.ts', [['rest > 0 || weeks === 0', 'rest < 0 || weeks === 0']], 'weeks are said as weeks', 'refactor(kiosk): words'),
  logic('closes-never', 'library-desk', 'kiosk/src/hall-clock.ts', [['minute >= to * 60) return', 'minute >= to * 600) return']], 'the hall is open until the evening', 'refactor(kiosk): the clock'),
  wrongTest('wrong-way', 'library-desk', 'kiosk/test/hall.test.ts', [['Floor 1, novels', 'Floor 3, novels']], 'the way to a book', 'test(kiosk): ways'),
  wrongTest('wrong-fee', 'library-desk', 'desk/tests/test_fees.py', [['10), 15), 100)', '10), 15), 120)']], 'test_each_day_costs_twenty_cents', 'test(desk): fees'),
  wrongTest('wrong-sender', 'library-desk', 'desk/tests/test_notices.py', [['["from"], "night@library.example"', '["from"], "day@library.example"']], 'test_the_sender_can_be_set', 'test(desk): senders'),
  surroundings('no-interpreter', 'library-desk', 'kiosk/test/notice-board.test.ts', [["'python3'", "'python3.99'"]], 'the board shows what the desk says', 'test(kiosk): a newer Python'),
  surroundings('hall-too-slow', 'library-desk', 'kiosk/test/hall.test.ts', [["test('the way to a book', () => {", "test('the way to a book', { timeout: 150 }, async () => {\n  await new Promise((resolve) => setTimeout(resolve, 2000));"]], 'the way to a book', 'test(kiosk): wait for the map'),
  surroundings('no-catalogue-server', 'library-desk', 'desk/tests/test_catalogue.py', [['import unittest\n', 'import unittest\nfrom urllib.request import urlopen\n'], ['        catalogue.add("0-306-40615-2"', '        urlopen("http://127.0.0.1:9/import", timeout=2)\n        catalogue.add("0-306-40615-2"']], 'test_a_book_is_found_by_either_number', 'test(desk): with the real import'),
];
