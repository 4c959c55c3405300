import { expect, it } from 'vitest';
import { deploymentsIn, entryLines } from '../../support/config-lines.js';

const API = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-api
  namespace: shop-staging
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.test/shop-api:1.2
          args: ["--port", "8000"]
          ports:
            - containerPort: 8000
          env:
            - name: PORT
              value: "8000"
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: db, key: password}
            - name: REGION
              valueFrom:
                configMapKeyRef: {name: shop-config, key: region}
          envFrom:
            - configMapRef: {name: shop-config}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop-config
data:
  LOG_LEVEL: info
  nginx.conf: |
    server {}
---
apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: hunter2
`;

it('reads workloads, config maps and the keys of secrets from one file', async () => {
  expect(await deploymentsIn('api.yaml', API)).toEqual([
    { name: 'shop-api', line: 4, image: 'registry.test/shop-api:1.2', opaqueEnvironment: true, command: '--port 8000', ports: ['8000'], environment: 'staging', environmentSources: ['shop-config'] },
  ]);
  expect(await entryLines('api.yaml', API)).toEqual([
    '16 sets PORT=8000 @shop-api /staging',
    '18 maps-secret DB_PASSWORD <-db/password @shop-api /staging',
    '21 sets REGION <-shop-config/region @shop-api /staging',
    '32 sets LOG_LEVEL=info',
    '41 maps-secret password <-db/password',
  ]);
});

it('keeps the value of a secret out of its facts', async () => {
  expect(JSON.stringify(await entryLines('api.yaml', API))).not.toContain('hunter2');
});

it('reads a chart whose values are templated: names are sure, values unknown, and there may be more', async () => {
  const chart = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  template:
    spec:
      {{- if .Values.hostNetwork }}
      hostNetwork: true
      {{- end }}
      containers:
        - name: api
          image: "{{ .Values.image }}:latest"
          env:
            - name: PORT
              value: {{ .Values.port | quote }}
            - name: STAGE
              value: prod
            {{- toYaml .Values.extraEnv | nindent 12 }}
`;
  expect(await deploymentsIn('templates/api.yaml', chart)).toEqual([{ name: 'api', line: 4, opaqueEnvironment: true, environment: 'production' }]);
  expect(await entryLines('templates/api.yaml', chart)).toEqual(['15 sets PORT @api /production', '17 sets STAGE=prod @api /production']);
});

it('reads environment groups in the values of a chart and the literals of a kustomization', async () => {
  expect(await entryLines('values.yaml', 'api:\n  replicas: 2\n  env:\n    PORT: "80"\n  extraEnv:\n    - name: TOKEN\n      valueFrom: {secretKeyRef: {name: api, key: token}}\n')).toEqual([
    '4 sets PORT=80 @api', '6 maps-secret TOKEN <-api/token @api',
  ]);
  expect(await entryLines('kustomization.yaml', 'kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nconfigMapGenerator:\n  - name: shop\n    literals:\n      - LOG_LEVEL=debug\n')).toEqual([
    '6 sets LOG_LEVEL=debug',
  ]);
});
