package io.holdfast.migration.prodigy;

import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.migration.copy.Intake.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where every document is that is taken; a few hundred bytes each. */
final class Catalogue {

  /** What a session's data may have around its attachments. */
  private static final int FRAME_BYTES = 1_000;

  private final Shelf<String> workflows = new Shelf<>(Intakes.WORKFLOWS, Names.ORDER);
  private final Shelf<String> sessions = new Shelf<>(Intakes.SESSIONS, Names.ORDER);
  private final Shelf<DeadLetterKey> letters =
      new Shelf<>(
          Intakes.LETTERS,
          Comparator.<DeadLetterKey, String>comparing(key -> key.job().value(), Names.ORDER)
              .thenComparing(key -> key.item().value(), Names.ORDER));
  private final SavedProgress checkpoints = new SavedProgress();
  private final Repositories repositories = new Repositories();
  private final List<Attachment> loose = new ArrayList<>();
  private final Map<String, List<Attachment>> attached = new HashMap<>();
  private final Map<String, String> sessionOfJob = new HashMap<>();

  Shelf<String> workflows() {
    return workflows;
  }

  Shelf<String> sessions() {
    return sessions;
  }

  Shelf<DeadLetterKey> letters() {
    return letters;
  }

  SavedProgress checkpoints() {
    return checkpoints;
  }

  Repositories repositories() {
    return repositories;
  }

  void attach(Attachment attachment) {
    loose.add(attachment);
  }

  void runs(String session, String job) {
    sessionOfJob.putIfAbsent(job, session);
  }

  /** What goes with a session. */
  List<Attachment> attachedTo(String session) {
    return attached.getOrDefault(session, List.of());
  }

  /** Everything has been found: says what becomes of it. */
  void complete(Witness witness) {
    loose.stream()
        .filter(attachment -> attachment.document().shape() == Shape.MAPPING)
        .filter(
            mapping -> mapping.session() != null && sessions.all().containsKey(mapping.session()))
        .forEach(mapping -> runs(String.valueOf(mapping.session()), mapping.job()));
    Set<String> seen = new HashSet<>();
    for (Attachment attachment : loose) {
      if (seen.add(attachment.workflow() + ' ' + attachment.document().digest())) {
        place(attachment, witness);
      } else {
        tell(attachment, Shelf.DUPLICATE, witness);
      }
    }
    workflows.tell(witness);
    sessions.tell(witness);
    checkpoints.number(witness);
    letters.tell(witness);
  }

  private void place(Attachment attachment, Witness witness) {
    String session = session(attachment);
    Kept document = attachment.document();
    if (session != null && fits(session, document)) {
      attached.computeIfAbsent(session, unknown -> new ArrayList<>(1)).add(attachment);
      tell(attachment, "into-session", witness);
    } else {
      checkpoints.add(attachment.workflow(), -1, document.with(Notes.WITHOUT_SESSION));
    }
  }

  private @Nullable String session(Attachment attachment) {
    String named = attachment.session();
    String session = named == null ? sessionOfJob.get(attachment.job()) : named;
    return session != null && sessions.all().containsKey(session) ? session : null;
  }

  private boolean fits(String session, Kept next) {
    Kept document = sessions.all().get(session);
    long bytes = document == null ? 0 : document.bytes();
    for (Attachment there : attachedTo(session)) {
      bytes += there.document().bytes();
    }
    return bytes + next.bytes() + FRAME_BYTES <= Json.BYTES_MAX;
  }

  private static void tell(Attachment attachment, String reason, Witness witness) {
    Kept document = attachment.document();
    witness.sees(document.shape().kind(), Action.MERGED, reason, document.place(), "");
    document
        .notes()
        .forEach(
            note ->
                witness.sees(
                    document.shape().kind(), Action.NORMALISED, note, document.place(), ""));
  }
}
