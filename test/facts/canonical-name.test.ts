import { describe, expect, it } from 'vitest';
import { canonicalName } from '../../src/facts/canonical-name.js';

describe('canonicalName', () => {
  it.each([
    ['max-upload-mb', ['MAX_UPLOAD_MB', 'maxUploadMb', 'MaxUploadMB', 'max-upload-mb', '_max_upload_mb', 'max.upload.mb']],
    ['http-server', ['HTTPServer', 'HttpServer', 'httpServer', 'HTTP_SERVER']],
    ['order-ids', ['orderIDs', 'OrderIds', 'ORDER_IDS']],
    ['cart-item-v2', ['CartItemV2', 'cart_item_v2', 'cartItemV2']],
    ['sha256-hash', ['sha256Hash', 'SHA256Hash', 'SHA256_HASH']],
    ['websocket-url', ['WebSocketUrl', 'websocketURL', 'WEBSOCKET_URL', 'WEB_SOCKET_URL']],
    ['oauth-client', ['OAuthClient', 'oauth_client', 'OAUTH_CLIENT']],
    ['order-paid', ['order:paid', 'order.paid', 'OrderPaid', 'ORDER_PAID']],
    ['größe-max', ['GrößeMax', 'größe_max']],
  ])('%s', (canonical, spellings) => {
    expect(spellings.map(canonicalName)).toEqual(spellings.map(() => canonical));
  });

  it('keeps different names apart', () => {
    const names = ['max-upload', 'max-uploads', 'upload-max', 'x', 'X1', '1', '$', '_'];
    expect(new Set(names.map(canonicalName)).size).toBe(names.length);
  });
});
