package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A path of the API: takes a call and returns the body of the envelope. */
interface Endpoint {
  /** Throws {@link RefusedException} for a status other than 0. */
  ObjectNode answer(Call call);
}
