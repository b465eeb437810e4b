package org.vitalroutes.steps.withingsoauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.failure.Failure;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.withings.TokenCall;
import org.vitalroutes.withings.TokenReply;
import org.vitalroutes.withings.WithingsCall;
import org.vitalroutes.withings.WithingsSignature;

/**
 * The calls that begin, renew and end a user's grant at Withings, and the reading of their answers.
 */
@Component
final class WithingsGrants {

  private final WithingsSettings settings;
  private final CallbackUrls urls;
  private final WithingsSignature signature;
  private final Clock clock;

  WithingsGrants(
      WithingsSettings settings, CallbackUrls urls, WithingsSignature signature, Clock clock) {
    this.settings = settings;
    this.urls = urls;
    this.signature = signature;
    this.clock = clock;
  }

  WithingsCall exchangeCall(@Body String code, @Variable("state") OAuthState state) {
    return TokenCall.exchange(
        settings.clientId(), settings.clientSecret(), code, urls.oauth(state));
  }

  WithingsCall refreshCall(@Body String refreshToken) {
    return TokenCall.refresh(settings.clientId(), settings.clientSecret(), refreshToken);
  }

  Tokens readTokens(@Body JsonNode reply) {
    return TokenReply.read(reply, settings.scopes(), clock);
  }

  /** The signed call for the nonce that a revocation needs. */
  WithingsCall nonceCall() {
    return signature.getNonce(clock.instant().getEpochSecond());
  }

  WithingsCall revokeCall(@Body JsonNode nonce, @Variable("account") AccountRef account) {
    return signature.revoke(account.externalUserId(), nonce.path("nonce").asText());
  }

  DisconnectReceipt.Step revoked() {
    return DisconnectReceipt.Step.of("revoke", DisconnectReceipt.DONE);
  }

  /** Withings did not accept the revocation; a schedule sends it again. */
  DisconnectReceipt.Step revocationQueued(@ExchangeException Exception failure) {
    return new DisconnectReceipt.Step(
        "revoke", null, DisconnectReceipt.QUEUED, Failure.of(failure, clock).detail());
  }
}
