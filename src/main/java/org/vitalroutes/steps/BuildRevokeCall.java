package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.withings.WithingsCall;
import org.vitalroutes.withings.WithingsSignature;

/** The signed call that takes back what the user granted. */
@Component
final class BuildRevokeCall {

  private final WithingsSignature signature;

  BuildRevokeCall(WithingsSignature signature) {
    this.signature = signature;
  }

  @Handler
  WithingsCall build(@Variable("account") AccountRef account, @Variable("nonce") JsonNode nonce) {
    return signature.revoke(account.externalUserId(), nonce.path("nonce").asText());
  }
}
