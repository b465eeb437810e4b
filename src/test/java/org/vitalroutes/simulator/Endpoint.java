package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One path of the API: a call in, the body of the envelope out. */
interface Endpoint {
  /** Throws {@link RefusedException} for a status other than 0. */
  ObjectNode answer(Call call);
}
