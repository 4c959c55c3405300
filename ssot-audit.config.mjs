/** We audit ourselves. The cases under fixtures/ break the rules on purpose. */
export default {
  ignore: ['fixtures/**', 'schema/**'],
};
