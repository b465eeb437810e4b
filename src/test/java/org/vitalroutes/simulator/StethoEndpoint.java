package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /v2/stetho}: the list of stethoscope recordings. */
final class StethoEndpoint implements Endpoint {
  private final Access access;
  private final SimulatorSettings settings;

  StethoEndpoint(Access access, SimulatorSettings settings) {
    this.access = access;
    this.settings = settings;
  }

  @Override
  public ObjectNode answer(Call call) {
    if (!call.action().equals("list")) {
      throw RefusedException.wrongAction();
    }
    SimulatedUser user = access.user(call, Scopes.METRICS);
    return HeartEndpoint.recordings(call, user, DataKind.STETHO, settings);
  }
}
