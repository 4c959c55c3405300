import { describe, expect, it } from 'vitest';
import { userTypeIn, userWordIn, userWordInExpression } from '../../src/facts/user-words.js';

describe('a name speaks of one user among many', () => {
  it.each(['user_id', 'userId', 'current_user', 'customerId', 'websocket', 'session_id', 'threadId', 'run_id', 'user_context', 'connection_id', 'tenantIds', 'request_context'])('%s', (name) => {
    expect(userWordIn(name)).toBeDefined();
  });

  it.each([
    'user_service', 'websocket_manager', 'max_users', 'session_factory', 'user_agent', 'user_count', 'thread', 'session', 'db_session', 'connection', 'request_timeout', 'run',
    'websocket_url', 'UserRepository', 'tenant_config', 'article_id',
  ])('not %s', (name) => {
    expect(userWordIn(name)).toBeUndefined();
  });
});

describe('an expression is made from one', () => {
  it.each(['user_id', 'f"{user_id}:{article}"', 'request.user.id', 'socket.id', 'str(context.run_id)', '`${session._id}`', 'ctx.state?.user?.id'])('%s', (expression) => {
    expect(userWordInExpression(expression)).toBeDefined();
  });

  it.each(["'user_id'", '"total_users"', 'article.id', 'path', 'self.user_service', 'config["user"]'])('not %s', (expression) => {
    expect(userWordInExpression(expression)).toBeUndefined();
  });
});

it('a type is one user\'s, not that of a library or a component', () => {
  expect(userTypeIn('Dict[str, Set[UserSession]]')).toMatchObject({ type: 'UserSession' });
  expect(userTypeIn('Optional[WebSocket]')).toMatchObject({ type: 'WebSocket' });
  expect(userTypeIn('Map<string, RunContext>')).toMatchObject({ type: 'RunContext' });
  expect(userTypeIn('AsyncSession')).toBeUndefined();
  expect(userTypeIn('Dict[str, UserService]')).toBeUndefined();
  expect(userTypeIn('WebSocketManager')).toBeUndefined();
  expect(userTypeIn('List[Order]')).toBeUndefined();
});
