package io.holdfast.migration.prodigy;

import io.holdfast.RecordKind;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.util.Map;
import reactor.core.publisher.Flux;
import tools.jackson.databind.node.ObjectNode;

/** Reads what was found once more, and makes records of it. Blocks the thread that asks. */
record Records(Catalogue catalogue, Events events) {

  private static final String OWN = "_prodigy";

  /** The records of {@code kind}, in its order. */
  Flux<?> of(RecordKind<?> kind) {
    return switch (kind.name()) {
      case "workflows" -> workflows();
      case "sessions" -> sessions();
      case "checkpoints" -> checkpoints();
      case "dead-letters" -> letters();
      case "events" -> recordedEvents();
      default -> throw new IllegalArgumentException("Prodigy has no " + kind.name());
    };
  }

  private Flux<Workflow> workflows() {
    return Flux.defer(
        () -> {
          DocumentReader reader = reader();
          return Flux.fromIterable(catalogue.workflows().all().values())
              .map(kept -> WorkflowMapping.map(reader.members(kept)));
        });
  }

  private Flux<Session> sessions() {
    return Flux.defer(
        () -> {
          DocumentReader reader = reader();
          return Flux.fromIterable(catalogue.sessions().all().entrySet())
              .map(entry -> session(reader, entry));
        });
  }

  private Session session(DocumentReader reader, Map.Entry<String, Kept> entry) {
    Members from = reader.members(entry.getValue());
    String repository = catalogue.repositories().of(entry.getKey(), SessionMapping.job(from));
    Session session = SessionMapping.map(entry.getValue().shape(), from, repository);
    if (catalogue.attachedTo(entry.getKey()).isEmpty()) {
      return session;
    }
    ObjectNode own = from.object().withObjectProperty(OWN);
    for (Attachment attachment : catalogue.attachedTo(entry.getKey())) {
      own.withArrayProperty(attachment.member()).add(reader.tree(attachment.document()));
    }
    return session.withDetails(session.details().withData(Document.json(from.object())));
  }

  private Flux<Checkpoint> checkpoints() {
    return Flux.defer(
        () -> {
          DocumentReader reader = reader();
          return Flux.fromIterable(catalogue.checkpoints().all())
              .map(version -> checkpoint(reader, version));
        });
  }

  private static Checkpoint checkpoint(DocumentReader reader, SavedProgress.Version version) {
    Kept kept = version.document();
    CheckpointMapping mapping =
        kept.shape() == Shape.MAPPING || kept.shape() == Shape.WORKTREES
            ? CheckpointMapping.of(kept.shape(), version.workflow(), kept.time(), reader.tree(kept))
            : CheckpointMapping.map(kept.shape(), reader.members(kept), kept.file());
    return mapping.at(version.version());
  }

  private Flux<DeadLetter> letters() {
    return Flux.defer(
        () -> {
          DocumentReader reader = reader();
          return Flux.fromIterable(catalogue.letters().all().values())
              .map(
                  kept ->
                      LetterMapping.map(
                          kept.shape(), reader.members(kept), kept.file().jobOfItems()));
        });
  }

  private Flux<RecordedEvent> recordedEvents() {
    return Flux.generate(
        () -> new EventMerge(events),
        (merge, sink) -> {
          RecordedEvent next = merge.next();
          if (next == null) {
            sink.complete();
          } else {
            sink.next(next);
          }
          return merge;
        },
        EventMerge::close);
  }

  private DocumentReader reader() {
    return new DocumentReader(events.keepEnvironment());
  }
}
