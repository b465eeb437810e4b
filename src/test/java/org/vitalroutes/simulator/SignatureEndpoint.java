package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /v2/signature}: nonces for signed calls. */
final class SignatureEndpoint implements Endpoint {
  private final SimulatorSettings settings;
  private final Nonces nonces;

  SignatureEndpoint(SimulatorSettings settings, Nonces nonces) {
    this.settings = settings;
    this.nonces = nonces;
  }

  @Override
  public ObjectNode answer(Call call) {
    if (!call.action().equals("getnonce")) {
      throw RefusedException.wrongAction();
    }
    if (!call.requiredText("client_id").equals(settings.clientId())) {
      throw RefusedException.invalid("client_id");
    }
    String timestamp = Long.toString(call.requiredNumber("timestamp"));
    String expected =
        Signatures.sign(settings.clientSecret(), "getnonce", settings.clientId(), timestamp);
    if (!Signatures.matches(expected, call.requiredText("signature"))) {
      throw RefusedException.badSignature();
    }
    return Json.object().put("nonce", nonces.next());
  }
}
