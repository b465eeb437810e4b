package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.withings.TokenReply;

/** The tokens that Withings granted. */
@Component
final class ReadTokens {

  private final WithingsSettings settings;
  private final Clock clock;

  ReadTokens(WithingsSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Handler
  Tokens read(@Variable("reply") JsonNode reply) {
    return TokenReply.read(reply, settings.scopes(), clock);
  }
}
