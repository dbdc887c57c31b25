"""Surveys: versions, reminders"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('survey_progress', schema=None) as batch_op:
        batch_op.add_column(sa.Column('picked', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('handed_in', Json(), nullable=True))
        batch_op.add_column(sa.Column('messages', Json(), nullable=True))
        batch_op.add_column(sa.Column('done_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('nudge_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('nudge_id', sa.BigInteger(), nullable=True))
        batch_op.create_index(
            'ix_survey_progress_nudge_at', ['nudge_at'], unique=False,
            postgresql_where=sa.text('nudge_at IS NOT NULL'),
            sqlite_where=sa.text('nudge_at IS NOT NULL'),
        )

    op.create_table('survey_versions',
    sa.Column('survey', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', Json(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('survey', 'version', name=op.f('pk_survey_versions'))
    )
    op.create_table('survey_runs',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('friend_id', sa.BigInteger(), nullable=False),
    sa.Column('survey', sa.Text(), nullable=False),
    sa.Column('survey_version', sa.Integer(), nullable=False),
    sa.Column('answers', Json(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_runs'))
    )
    with op.batch_alter_table('survey_runs', schema=None) as batch_op:
        batch_op.create_index('ix_survey_runs_friend_id', ['friend_id', 'survey'], unique=False)

    op.create_table('survey_consents',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('friend_id', sa.BigInteger(), nullable=False),
    sa.Column('survey', sa.Text(), nullable=False),
    sa.Column('survey_version', sa.Integer(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('terms_version', sa.Text(), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('answered_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_consents'))
    )
    with op.batch_alter_table('survey_consents', schema=None) as batch_op:
        batch_op.create_index('ix_survey_consents_friend_id', ['friend_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('survey_consents', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_consents_friend_id')

    op.drop_table('survey_consents')
    with op.batch_alter_table('survey_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_runs_friend_id')

    op.drop_table('survey_runs')
    op.drop_table('survey_versions')
    op.drop_index('ix_survey_progress_nudge_at', table_name='survey_progress')
    # Not in a batch: SQLite would make the table anew, without its triggers.
    for column in ('nudge_id', 'nudge_at', 'done_at', 'messages', 'handed_in', 'picked'):
        op.drop_column('survey_progress', column)
